-- A store that is being moved to another database carries a mark, and so does the other: crier move (src/store/move.h).

CREATE TABLE store_move (
	one {{i64}} PRIMARY KEY CHECK (one = 1), -- there is one row at most
	id {{text}} NOT NULL,                   -- random; the same in both stores of one move
	state {{text}} NOT NULL CHECK (state = 'leaving' OR state = 'left' OR state = 'filling' OR state = 'arrived'), -- only a store without a mark and one that has arrived may be written to
	other {{text}} NOT NULL,                -- address of the other store, without a password
	step {{i64}} NOT NULL,                  -- filling: steps that are done
	at_s {{i64}} NOT NULL                   -- when the state was reached
) {{strict}};
