/* Random statements against a table and against an array that keeps the same by the simplest means: transactions that
 * are kept or given up, that are tried again, that break in the middle, and whose end is not known. */
#include "both.h"

#include "base/random.h"

static const struct db_options options = {.wait = no_wait, .tries = 3};

static const struct db_migration list[] = {
	{1, "0001_model", "CREATE TABLE thing (id {{id}}, number {{i64}} NOT NULL UNIQUE, label {{text}}) {{strict}};"},
};
static const struct db_migrations migrations = {"test", list, 1};

#define NUMBERS 40 /* few, so that they meet */

/* What the table holds: a label for each number that is there. */
struct model {
	bool there[NUMBERS];
	char label[NUMBERS][8];
};

enum kind { ADD, ADD_OR_LEAVE, PUT, RELABEL, MOVE, TAKE, TAKE_SOME, KINDS };

struct step {
	enum kind kind;
	int64_t number, other;
	char label[8];
};

struct plan {
	struct step steps[12];
	size_t count;
	int answer; /* of the callback, once all went well */
	struct model model, before;
	int runs;
};

static struct step random_step(struct random *random)
{
	struct step step = {.kind = (enum kind)(random_u64(random) % KINDS),
			    .number = (int64_t)(random_u64(random) % NUMBERS),
			    .other = (int64_t)(random_u64(random) % NUMBERS)};
	random_name(random, step.label, random_u64(random) % 7);
	return step;
}

static void set(struct model *model, int64_t number, const char *label)
{
	model->there[number] = true;
	snprintf(model->label[number], sizeof model->label[number], "%s", label);
}

/* 0 and how many rows it changes, or ERR_DB where the number is taken. */
static int step_in_model(struct model *model, const struct step *step, int64_t *ret_changed)
{
	bool there = model->there[step->number];
	*ret_changed = 1;
	switch (step->kind) {
	case ADD:
		if (there)
			return ERR_DB;
		set(model, step->number, step->label);
		return 0;
	case ADD_OR_LEAVE:
		*ret_changed = !there;
		if (!there)
			set(model, step->number, step->label);
		return 0;
	case PUT:
		set(model, step->number, step->label);
		return 0;
	case RELABEL:
		*ret_changed = there;
		if (there)
			set(model, step->number, step->label);
		return 0;
	case MOVE:
		*ret_changed = there;
		if (!there || step->number == step->other)
			return 0;
		if (model->there[step->other])
			return ERR_DB;
		memcpy(model->label[step->other], model->label[step->number], sizeof model->label[0]);
		model->there[step->other] = true;
		model->there[step->number] = false;
		return 0;
	case TAKE:
		*ret_changed = there;
		model->there[step->number] = false;
		return 0;
	case TAKE_SOME:
	case KINDS:
		break;
	}
	*ret_changed = 0;
	for (int64_t i = step->number; i < NUMBERS && i < step->number + 5; i++) {
		*ret_changed += model->there[i];
		model->there[i] = false;
	}
	return 0;
}

static int step_in_table(struct db *db, const struct step *step, struct err *err)
{
	struct db_value number = DB_I64(step->number), label = DB_CSTR(step->label);
	switch (step->kind) {
	case ADD:
		return db_run(db, err, "INSERT INTO thing (number, label) VALUES ($1, $2)", number, label);
	case ADD_OR_LEAVE:
		return db_run(db, err, "INSERT INTO thing (number, label) VALUES ($1, $2) ON CONFLICT DO NOTHING",
			      number, label);
	case PUT:
		return db_run(db, err,
			      "INSERT INTO thing (number, label) VALUES ($1, $2)"
			      " ON CONFLICT (number) DO UPDATE SET label = excluded.label",
			      number, label);
	case RELABEL:
		return db_run(db, err, "UPDATE thing SET label = $2 WHERE number = $1", number, label);
	case MOVE:
		return db_run(db, err, "UPDATE thing SET number = $2 WHERE number = $1", number, DB_I64(step->other));
	case TAKE:
		return db_run(db, err, "DELETE FROM thing WHERE number = $1", number);
	case TAKE_SOME:
	case KINDS:
		break;
	}
	return db_run(db, err, "DELETE FROM thing WHERE number BETWEEN $1 AND $1 + 4", number);
}

static int carry_out(struct db *db, void *context, struct err *err)
{
	struct plan *plan = context;
	plan->model = plan->before;
	plan->runs++;
	for (size_t i = 0; i < plan->count; i++) {
		int64_t changed = 0;
		int rc = step_in_table(db, &plan->steps[i], err);
		if (rc != 0 && rc != ERR_DB)
			return rc;
		struct model tried = plan->model;
		int expected = step_in_model(&tried, &plan->steps[i], &changed);
		if (rc == ERR_DB)
			return rc; /* taken, or a fault */
		assert_int_equal(expected, 0);
		assert_int_equal(db_changed(db), changed);
		plan->model = tried;
	}
	return plan->answer;
}

static void compare(struct db *db, const struct model *model)
{
	DB_ROWS rows = {0};
	int64_t next = 0;
	assert_ok(db_select(db, &rows, &err, "SELECT number, label FROM thing ORDER BY number"));
	while (db_next(&rows, NULL) == DB_ROW) {
		for (; next < db_i64(&rows, 0); next++)
			assert_false(model->there[next]);
		assert_true(model->there[next]);
		assert_text(db_text(&rows, 1), model->label[next]);
		next++;
	}
	for (; next < NUMBERS; next++)
		assert_false(model->there[next]);
}

static bool is_taken_somewhere(const struct plan *plan)
{
	struct model model = plan->before;
	int64_t changed = 0;
	for (size_t i = 0; i < plan->count; i++)
		if (step_in_model(&model, &plan->steps[i], &changed) != 0)
			return true;
	return false;
}

static struct plan random_plan(struct random *random, const struct model *before)
{
	struct plan plan = {.count = random_u64(random) % 12, .before = *before};
	for (size_t i = 0; i < plan.count; i++)
		plan.steps[i] = random_step(random);
	if (random_u64(random) % 4 == 0)
		plan.answer = random_u64(random) % 2 ? 5 : ERR_INPUT;
	return plan;
}

static void transactions_are_kept_or_given_up(void **state)
{
	struct db *db = need(state)->db;
	struct random_fixed fixed;
	struct model model = {0};
	int kept = 0, taken = 0, given_up = 0;
	random_fixed_init(&fixed, 4711);
	for (int round = 0; round < 300; round++) {
		struct plan plan = random_plan(&fixed.random, &model);
		int rc = db_transaction(db, carry_out, &plan, NULL);
		if (is_taken_somewhere(&plan)) {
			assert_int_equal(rc, ERR_DB);
			taken++;
		} else {
			assert_int_equal(rc, plan.answer);
			kept += rc == 0;
			given_up += rc != 0;
		}
		if (rc == 0)
			model = plan.model;
		compare(db, &model);
	}
	assert_true(kept > 50 && taken > 20 && given_up > 20);
}

/* One statement by itself is kept at once. */
static void statements_alone_are_kept(void **state)
{
	struct db *db = need(state)->db;
	struct random_fixed fixed;
	struct model model = {0};
	random_fixed_init(&fixed, 12);
	for (int round = 0; round < 400; round++) {
		struct step step = random_step(&fixed.random);
		int64_t changed = 0;
		int expected = step_in_model(&model, &step, &changed);
		assert_int_equal(step_in_table(db, &step, NULL), expected);
		if (expected == 0)
			assert_int_equal(db_changed(db), changed);
		if (round % 20 == 0)
			compare(db, &model);
	}
	compare(db, &model);
}

/* Every kind of fault, in turn at every statement of each transaction. */
static void faults_keep_the_promise(void **state)
{
	static const enum db_fault faults[] = {DB_FAULT_FAIL, DB_FAULT_AGAIN, DB_FAULT_COMMIT_LOST,
					       DB_FAULT_COMMIT_GONE};
	struct db *db = need(state)->db;
	struct random_fixed fixed;
	struct model model = {0};
	int fired[4] = {0};
	random_fixed_init(&fixed, 815);
	for (int round = 0; round < 300; round++) {
		struct plan plan = random_plan(&fixed.random, &model);
		size_t which = random_u64(&fixed.random) % 4;
		bool refused = is_taken_somewhere(&plan) || plan.answer != 0;
		db_fault_set(db, faults[which], 1 + (long)(random_u64(&fixed.random) % (which < 2 ? 14 : 1)));
		int rc = db_transaction(db, carry_out, &plan, NULL);
		bool struck = db_fault_fired(db);
		db_fault_set(db, DB_FAULT_NONE, 0);
		fired[which] += struck;
		if (!struck || which == 1) { /* busy once is got over */
			assert_true((rc == 0) == !refused);
			assert_true(plan.runs <= 1 + struck);
		} else {
			assert_true(which == 0 ? rc == ERR_DB || (refused && rc == plan.answer) : rc == ERR_DB_UNKNOWN);
		}
		if (rc == 0 || (rc == ERR_DB_UNKNOWN && faults[which] == DB_FAULT_COMMIT_LOST))
			model = plan.model;
		compare(db, &model);
	}
	for (size_t i = 0; i < 4; i++)
		assert_true(fired[i] > 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(transactions_are_kept_or_given_up),
		cmocka_unit_test(statements_alone_are_kept),
		cmocka_unit_test(faults_keep_the_promise),
	};
	return ON_BOTH("model", tests, &options, &migrations);
}
