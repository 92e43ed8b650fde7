#include "template/program.h"

#include <string.h>

struct run {
	const struct template *template;
	struct buf *out;
	unsigned calls;
	const struct value *frames[TEMPLATE_FRAMES_MAX + 1];
};

/* NULL where an object on the way is missing. */
static inline const struct value *look_up(const struct run *run, const struct op *op)
{
	const struct value *value = run->frames[op->frame] + op->step;
	for (unsigned i = 1; i < op->step_count; i++) {
		if (value->object == NULL)
			return NULL;
		value = value->object + op->steps[i - 1];
	}
	return value;
}

static void run_ops(struct run *run, uint32_t from, uint32_t to);

static void put_url(struct buf *out, struct str url)
{
	if (str_empty(url))
		return;
	buf_put_html(out, template_url_safe(url) ? url : STR("#"));
}

static void run_variable(struct run *run, const struct op *op)
{
	const struct value *value = look_up(run, op);
	if (value == NULL)
		return;
	switch (op->code) {
	case OP_TEXT:
		buf_put_html(run->out, value->text);
		break;
	case OP_TEXT_RAW:
		buf_put(run->out, value->text);
		break;
	case OP_TEXT_JSON:
		buf_put_json(run->out, value->text);
		break;
	case OP_URL:
		put_url(run->out, value->text);
		break;
	case OP_HTML:
		buf_put(run->out, value->html.text);
		break;
	default:
		buf_put_i64(run->out, value->number);
		break;
	}
}

static bool is_true(unsigned code, const struct value *value)
{
	if (value == NULL)
		return false;
	switch (code) {
	case OP_IF_FLAG:
	case OP_UNLESS_FLAG:
		return value->flag;
	case OP_IF_TEXT:
	case OP_UNLESS_TEXT:
		return value->text.len > 0;
	case OP_IF_OBJECT:
	case OP_UNLESS_OBJECT:
		return value->object != NULL;
	case OP_UNLESS_LIST:
		return value->list.count > 0;
	default:
		return true;
	}
}

static void run_each(struct run *run, const struct op *op, uint32_t body)
{
	const struct value *value = look_up(run, op);
	size_t count = value ? value->list.count : 0;
	for (size_t i = 0; i < count && !run->out->over; i++) {
		run->frames[op->body_frame] = value->list.rows + i * op->row_width;
		run_ops(run, body, op->end);
	}
}

static void run_section(struct run *run, const struct op *op, uint32_t body)
{
	const struct value *value = look_up(run, op);
	unsigned code = op->code;
	if (is_true(code, value) != (code < OP_UNLESS_FLAG))
		return;
	if (code == OP_IF_OBJECT)
		run->frames[op->body_frame] = value->object;
	else if (code == OP_IF_TEXT || code == OP_IF_NUMBER)
		run->frames[op->body_frame] = value;
	run_ops(run, body, op->end);
}

static void run_call(struct run *run, const struct op_call *call)
{
	const struct value *saved[TEMPLATE_FRAMES_MAX];
	size_t bytes = call->count * sizeof saved[0];
	const struct op_range *range = &run->template->ranges[call->range];
	if (run->calls == TEMPLATE_CALLS_MAX) {
		run->out->over = true;
		return;
	}
	run->calls++;
	memcpy(saved, run->frames + call->frame, sizeof saved[0] * (size_t)(call->depth - call->frame));
	memmove(run->frames + call->frame, run->frames + call->depth - call->count, bytes);
	run_ops(run, range->from, range->to);
	memcpy(run->frames + call->frame, saved, sizeof saved[0] * (size_t)(call->depth - call->frame));
	run->calls--;
}

static void run_ops(struct run *run, uint32_t from, uint32_t to)
{
	const struct op *ops = run->template->ops;
	for (uint32_t at = from; at < to; at++) {
		const struct op *op = &ops[at];
		unsigned code = op->code;
		if (code == OP_STATIC) {
			buf_put(run->out, op->text);
		} else if (code < OP_IF_FLAG) {
			run_variable(run, op);
		} else if (code == OP_CALL) {
			run_call(run, &run->template->calls[op->call]);
		} else {
			if (code == OP_EACH)
				run_each(run, op, at + 1);
			else
				run_section(run, op, at + 1);
			at = op->end - 1;
		}
	}
}

void template_render(const struct template *compiled, const struct value *record, struct buf *out)
{
	struct run run = {.template = compiled, .out = out};
	run.frames[0] = record;
	run_ops(&run, 0, compiled->op_count);
}

bool template_url_safe(struct str url)
{
	static const struct str schemes[] = {STR_INIT("http"), STR_INIT("https"), STR_INIT("mailto"), STR_INIT("tel")};
	if (str_empty(url) || url.ptr[0] == ' ' || url.ptr[url.len - 1] == ' ')
		return false;
	for (size_t i = 0; i < url.len; i++)
		if ((unsigned char)url.ptr[i] < 0x20 || url.ptr[i] == 0x7F)
			return false;
	size_t colon = str_find_byte(url, ':');
	if (colon == SIZE_MAX)
		return true;
	struct str scheme = str_sub(url, 0, colon);
	for (size_t i = 0; i < scheme.len; i++)
		if (strchr("/?#", scheme.ptr[i]))
			return true;
	for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++)
		if (str_eq_nocase(scheme, schemes[i]))
			return true;
	return false;
}
