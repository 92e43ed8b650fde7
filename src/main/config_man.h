/* config_man: the manual of crier.conf, written from the schema that reads it (config/config.h), so that it names every
 * key with its bounds and default, and no other. */
#ifndef CRIER_MAIN_CONFIG_MAN_H
#define CRIER_MAIN_CONFIG_MAN_H

#include <stdio.h>

void config_man(const char *version, FILE *out); /* roff, section 5 */
void config_help(FILE *out);                     /* the same to read as it is */

#endif
