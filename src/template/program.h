/* template/program: what a compiled template is: a row of operations over frames.
 *
 * Internal to src/template: compile.c writes it, render.c runs it. Frame 0 is the record that rendering was given; each
 * section on an object, list, text or number has the next frame while its body runs, so a name is a frame and steps
 * into records. A body follows its operation and ends before `end`.
 */
#ifndef CRIER_TEMPLATE_PROGRAM_H
#define CRIER_TEMPLATE_PROGRAM_H

#include "template/names.h"

enum op_code {
	OP_STATIC, /* text */
	OP_TEXT,
	OP_TEXT_RAW, /* lenient sets only */
	OP_TEXT_JSON,
	OP_URL,
	OP_HTML,
	OP_NUMBER,
	OP_IF_FLAG,   /* body without a frame */
	OP_IF_TEXT,   /* body with the value as frame */
	OP_IF_NUMBER, /* the same, always */
	OP_IF_OBJECT,
	OP_EACH,
	OP_UNLESS_FLAG, /* bodies without a frame */
	OP_UNLESS_TEXT,
	OP_UNLESS_NUMBER, /* never */
	OP_UNLESS_OBJECT,
	OP_UNLESS_LIST,
	OP_CALL, /* runs a partial again, deeper in the data */
};

struct op {
	uint8_t code;
	uint8_t frame;
	uint8_t step_count;
	uint8_t body_frame; /* sections: where the body's frame goes */
	uint32_t end;       /* sections: behind the body */
	uint16_t step;      /* the first step */
	uint16_t row_width; /* OP_EACH: values in a record */
	union {
		struct str text;
		const uint16_t *steps; /* more steps */
		uint32_t call;
	};
};

/* A partial that includes itself: operations [from, to) run with `count` frames, those of the call's end, moved to
 * where the partial was first entered. */
struct op_call {
	uint32_t range;
	uint8_t frame; /* first of the frames to replace */
	uint8_t count;
	uint8_t depth; /* frames in use where it is called */
};

struct op_range {
	uint32_t from, to;
};

struct template
{
	const struct op *ops;
	uint32_t op_count;
	const struct op_call *calls;
	const struct op_range *ranges;
};

#define TEMPLATE_CALLS_MAX 100 /* a record inside a record inside … of a partial that includes itself */

#endif
