#include "db/driver.h"

int db_now_us(struct db *db, int64_t *ret_now_us, struct err *err)
{
	if (db->driver->engine != DB_POSTGRES)
		return DB_CANNOT;
	return db_get_i64(db, ret_now_us, err,
			  "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT)");
}
