/* SPDX-License-Identifier: GPL-2.0 */
/* The keys of a link as people see them: command line and help. */
#ifndef MVTAP_CONF_H
#define MVTAP_CONF_H

#include "link.h"

/**
 * conf_parse() - read KEY VALUE ... to the end of the line
 * @cmd: for messages
 * @use: FOR_ADD or FOR_SET
 * @argv: the words, ended by a NULL
 * @conf: receives them
 *
 * Return: MVTAP_OK, or MVTAP_USAGE after saying what is wrong.
 */
int conf_parse(const char *cmd, enum link_key_use use, char **argv, struct link_conf *conf);

/** conf_help() - print the keys that @use takes */
void conf_help(enum link_key_use use);

#endif
