-- What caches in front of this server have yet to be told (src/publish/purges.h): rows come with the change that they follow.
CREATE TABLE purge_target (
	url {{text}} PRIMARY KEY,               -- as configured
	owed {{i64}} NOT NULL,                  -- 1: a change stands in this file whose keys are not in purge yet
	program {{text}} NOT NULL,              -- version that met this cache last; another one purges everything
	failing_since_s {{i64}} NOT NULL,       -- since when it does not answer; 0: it did when last asked
	reason {{text}} NOT NULL                -- why, for the operator
) {{strict}};

CREATE TABLE purge (
	id {{id}},                              -- in order; never given twice
	url {{text}} NOT NULL,                  -- of the cache
	keys {{text}} NOT NULL,                 -- with one space between
	urgent {{i64}} NOT NULL,                -- 1: something was withdrawn: before all others
	told {{i64}} NOT NULL,                  -- 1: answered once; it is sent a second time
	due_s {{i64}} NOT NULL,                 -- not before this
	at_s {{i64}} NOT NULL                   -- when the change was applied here
) {{strict}};
CREATE INDEX purge_next ON purge (url, urgent, id);
