// SPDX-License-Identifier: GPL-2.0
#include "node.h"

#include <linux/device.h>
#include <linux/kobject.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <linux/xarray.h>

#include "dev.h"

/* --- names in /dev ------------------------------------------------------ */

/* Interface index -> the node that is called "tap" and that. RTNL. */
static DEFINE_XARRAY(mvtap_node_names);

static int mvtap_node_take_name(struct mvtap_node *node)
{
	int err;

	node->ifindex = node->link->dev->ifindex;
	/* Anybody is root in a namespace of his own, and may choose the number
	 * that a link of the host will have.
	 */
	if (dev_net(node->link->dev)->user_ns != &init_user_ns)
		return 0;
	err = xa_insert(&mvtap_node_names, node->ifindex, node, GFP_KERNEL);
	node->first = !err;
	return err == -EBUSY ? 0 : err;
}

static void mvtap_node_leave_name(struct mvtap_node *node)
{
	if (node->first)
		xa_erase(&mvtap_node_names, node->ifindex);
	node->first = false;
}

bool mvtap_node_name(const struct mvtap_node *node,
		     char name[MVTAP_NODE_NAME])
{
	if (!node->dev)
		return false;
	if (node->first)
		snprintf(name, MVTAP_NODE_NAME, "tap%d", node->ifindex);
	else
		snprintf(name, MVTAP_NODE_NAME, "mvtap/%u",
			 MINOR(node->dev->devt));
	return true;
}

/* --- the device --------------------------------------------------------- */

static MVTAP_CLASS_NS_RESULT mvtap_node_namespace(MVTAP_CLASS_NS_DEVICE *d)
{
	return MVTAP_CLASS_NS(dev_net(to_net_dev(d->parent)));
}

static struct class mvtap_node_class = {
	MVTAP_CLASS_OWNER
	.ns_type = &net_ns_type_operations,
	.namespace = mvtap_node_namespace,
};

/*
 * What is not set here is root's, 0600, and has the name of the device. A mode of
 * 0 would count as not set.
 */
static char *mvtap_node_devnode(MVTAP_DEVNODE_DEVICE *d, umode_t *mode,
				kuid_t *uid, kgid_t *gid)
{
	const struct mvtap_node *node = dev_get_drvdata(d);
	const struct mvtap_settings *settings = &node->link->settings;
	u16 perm = READ_ONCE(settings->perm);

	if (mode && perm != MVTAP_PERM)
		*mode = S_IFCHR | perm;
	if (uid)
		*uid = READ_ONCE(settings->owner);
	if (gid)
		*gid = READ_ONCE(settings->group);
	if (node->first)
		return NULL;
	/* Without a name it would take that of another link. */
	return kasprintf(GFP_KERNEL | __GFP_NOFAIL, "mvtap/%u",
			 MINOR(d->devt));
}

static const struct device_type mvtap_node_type = {
	.devnode = mvtap_node_devnode,
};

static void mvtap_node_release(struct device *d)
{
	kfree(d);
}

static struct device *mvtap_node_create(struct mvtap_node *node, dev_t devt)
{
	struct device *d = kzalloc(sizeof(*d), GFP_KERNEL);
	int err;

	if (!d)
		return ERR_PTR(-ENOMEM);
	device_initialize(d);
	d->devt = devt;
	d->class = &mvtap_node_class;
	d->type = &mvtap_node_type;
	d->parent = &node->link->dev->dev;
	d->release = mvtap_node_release;
	dev_set_drvdata(d, node);
	err = dev_set_name(d, "tap%d", node->ifindex);
	if (!err)
		err = device_add(d);
	if (!err)
		return d;
	put_device(d);
	return ERR_PTR(err);
}

/*
 * The events of the device itself are for the link's network namespace. Where
 * that is not the lower device's, whoever manages /dev would not hear of it.
 */
static void mvtap_node_tell(const struct mvtap_node *node, const char *action)
{
	const struct mvtap_dev *link = node->link;
	char text[4][48], name[MVTAP_NODE_NAME];
	char *env[5] = {};
	int i;

	if (net_eq(dev_net(link->dev), dev_net(link->lower)) ||
	    !mvtap_node_name(node, name))
		return;
	snprintf(text[0], sizeof(text[0]), "MVTAP_NODE=%s", name);
	snprintf(text[1], sizeof(text[1]), "MVTAP_ACTION=%s", action);
	snprintf(text[2], sizeof(text[2]), "MVTAP_MAJOR=%u",
		 MAJOR(node->dev->devt));
	snprintf(text[3], sizeof(text[3]), "MVTAP_MINOR=%u",
		 MINOR(node->dev->devt));
	for (i = 0; i < ARRAY_SIZE(text); i++)
		env[i] = text[i];
	kobject_uevent_env(&link->lower->dev.kobj, KOBJ_CHANGE, env);
}

int mvtap_node_add(struct mvtap_node *node, dev_t devt)
{
	struct kobject *kobj = &node->link->dev->dev.kobj;
	struct device *d;
	int err;

	ASSERT_RTNL();
	err = mvtap_node_take_name(node);
	if (err)
		return err;
	d = mvtap_node_create(node, devt);
	if (IS_ERR(d)) {
		err = PTR_ERR(d);
		goto leave_name;
	}
	err = sysfs_create_link(kobj, &d->kobj, dev_name(d));
	if (err)
		goto unregister;
	node->dev = d;
	mvtap_node_tell(node, "add");
	return 0;

unregister:
	device_unregister(d);
leave_name:
	mvtap_node_leave_name(node);
	return err;
}

void mvtap_node_del(struct mvtap_node *node)
{
	struct device *d = node->dev;

	ASSERT_RTNL();
	if (!d)
		return;
	mvtap_node_tell(node, "remove");
	sysfs_remove_link(&node->link->dev->dev.kobj, dev_name(d));
	node->dev = NULL;
	device_unregister(d);
	mvtap_node_leave_name(node);
}

int mvtap_node_setup(const char *class)
{
	mvtap_node_class.name = class;
	return class_register(&mvtap_node_class);
}

void mvtap_node_teardown(void)
{
	class_unregister(&mvtap_node_class);
}
