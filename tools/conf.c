// SPDX-License-Identifier: GPL-2.0
#include "conf.h"

#include <stdio.h>
#include <string.h>

#include "mvtap.h"
#include "out.h"

static const struct link_key *find(const char *name)
{
	for (size_t i = 0; i < link_keys_count; i++)
		if (!strcmp(link_keys[i].name, name))
			return &link_keys[i];
	return NULL;
}

static int no_key(const char *cmd, enum link_key_use use, const char *name)
{
	char list[256] = "";

	for (size_t i = 0; i < link_keys_count; i++) {
		if (!(link_keys[i].use & use))
			continue;
		strcat(list, *list ? ", " : "");
		strcat(list, link_keys[i].name);
	}
	return usage_error("%s: \"%s\" is not a key: %s", cmd, name, list);
}

static int parse_value(const char *cmd, const struct link_key *k, const char *text,
		       struct value *v)
{
	char hint[128];
	const char *valid = value_hint(k->type, ", ", hint, sizeof(hint));

	if (!text)
		return usage_error("%s: %s needs a value: %s", cmd, k->name, valid);
	if (k->type->parse(k->type, text, v))
		return MVTAP_OK;
	return usage_error("%s: %s: \"%s\" is not %s%s", cmd, k->name, text,
			   k->type->words ? "one of " : "", valid);
}

/* @taken receives how many words the key takes. */
static int parse_key(const char *cmd, enum link_key_use use, char **argv,
		     struct link_conf *conf, int *taken)
{
	const struct link_key *k = find(argv[0]);

	if (!k)
		return no_key(cmd, use, argv[0]);
	if (!(k->use & use))
		return usage_error("%s: %s cannot be changed on a link that exists", cmd,
				   k->name);
	if (conf->given & KEY_BIT(k->id))
		return usage_error("%s: %s is given twice", cmd,
				   k->bare ? "up or down" : k->name);
	conf->given |= KEY_BIT(k->id);
	*taken = k->bare ? 1 : 2;
	if (!k->bare)
		return parse_value(cmd, k, argv[1], &conf->value[k->id]);
	conf->value[k->id].num = k->num;
	return MVTAP_OK;
}

int conf_parse(const char *cmd, enum link_key_use use, char **argv, struct link_conf *conf)
{
	int taken = 0, ret;

	memset(conf, 0, sizeof(*conf));
	for (; *argv; argv += taken) {
		ret = parse_key(cmd, use, argv, conf, &taken);
		if (ret)
			return ret;
	}
	return MVTAP_OK;
}

void conf_help(enum link_key_use use)
{
	printf("\nKeys:\n");
	for (size_t i = 0; i < link_keys_count; i++) {
		const struct link_key *k = &link_keys[i];
		char hint[128];

		if (!(k->use & use))
			continue;
		printf("  %s%s%s\n      %s\n", k->name, k->bare ? "" : " ",
		       k->bare ? "" : value_hint(k->type, "|", hint, sizeof(hint)),
		       k->about);
	}
}
