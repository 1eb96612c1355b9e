// SPDX-License-Identifier: GPL-2.0
/*
 * A network card for the lab, with what the lab's other lower devices lack:
 * stations of L2 forwarding offload, hardware time stamps, a VLAN filter,
 * netpoll, LRO. It sends nothing on, counts what it is asked, and fails on
 * demand. Link kinds "testnic" and "testnic_locked": the latter has the core
 * take its instance lock around every operation, where the kernel can.
 *
 * /sys/class/net/NAME/testnic/state	one line "WORD VALUE..." for each count,
 *					station, VLAN id, and the time stamps
 * /sys/class/net/NAME/testnic/fail	write "OPERATION ERRNO"; 0: no more.
 *					"xmit" is busy, whatever the number.
 */
#include <linux/etherdevice.h>
#include <linux/ethtool.h>
#include <linux/if_macvlan.h>
#include <linux/module.h>
#include <linux/net_tstamp.h>
#include <linux/rtnetlink.h>
#include <net/rtnetlink.h>

#define TESTNIC_STATIONS	4
#define TESTNIC_VIDS		8

/* Operations that are counted and can fail: the name, and the word for it. */
#define TESTNIC_OPS(X)							\
	X(OPEN, "open") X(XMIT, "xmit") X(SET_MAC, "set_mac")		\
	X(SET_MTU, "set_mtu")			\
	X(STATION_ADD, "station_add") X(STATION_DEL, "station_del")	\
	X(STATION_XMIT, "station_xmit")					\
	X(VID_ADD, "vid_add") X(VID_KILL, "vid_kill") X(POLL, "poll")	\
	X(TSTAMP_GET, "tstamp_get") X(TSTAMP_SET, "tstamp_set")		\
	X(TS_INFO, "ts_info")

enum testnic_op {
#define X(name, word) OP_##name,
	TESTNIC_OPS(X)
#undef X
	OP_COUNT
};

static const char *const testnic_words[OP_COUNT] = {
#define X(name, word) word,
	TESTNIC_OPS(X)
#undef X
};

struct testnic {
	atomic_t count[OP_COUNT];
	int fail[OP_COUNT];
	spinlock_t lock;	/* of station, which is written under RTNL */
	struct net_device *station[TESTNIC_STATIONS];
	u16 vid[TESTNIC_VIDS];
	int tx_type;
	int rx_filter;
};

/* Count an operation; what it is to return. */
static int testnic_did(struct net_device *dev, enum testnic_op op)
{
	struct testnic *nic = netdev_priv(dev);

	atomic_inc(&nic->count[op]);
	return -READ_ONCE(nic->fail[op]);
}

/* --- frames ------------------------------------------------------------- */

static int testnic_open(struct net_device *dev)
{
	int err = testnic_did(dev, OP_OPEN);

	if (!err)
		netif_tx_start_all_queues(dev);
	return err;
}

static int testnic_stop(struct net_device *dev)
{
	netif_tx_stop_all_queues(dev);
	return 0;
}

static u16 testnic_select_queue(struct net_device *dev, struct sk_buff *skb,
				struct net_device *sb_dev)
{
	if (sb_dev)
		testnic_did(dev, OP_STATION_XMIT);
	return 0;
}

static netdev_tx_t testnic_xmit(struct sk_buff *skb, struct net_device *dev)
{
	if (testnic_did(dev, OP_XMIT))
		return NETDEV_TX_BUSY;
	dev_sw_netstats_tx_add(dev, 1, skb->len);
	dev_consume_skb_any(skb);
	return NETDEV_TX_OK;
}

#ifdef CONFIG_NET_POLL_CONTROLLER
static void testnic_poll(struct net_device *dev)
{
	testnic_did(dev, OP_POLL);
}
#endif

static int testnic_set_mac(struct net_device *dev, void *addr)
{
	return testnic_did(dev, OP_SET_MAC) ?: eth_mac_addr(dev, addr);
}

static int testnic_set_mtu(struct net_device *dev, int mtu)
{
	int err = testnic_did(dev, OP_SET_MTU);

	if (!err)
		WRITE_ONCE(dev->mtu, mtu);
	return err;
}

/* --- VLAN filter -------------------------------------------------------- */

/* Put @new in the place of @old; 0 is a free place. */
static int testnic_vid(struct net_device *dev, u16 old, u16 new)
{
	struct testnic *nic = netdev_priv(dev);
	int i;

	for (i = 0; i < TESTNIC_VIDS; i++)
		if (nic->vid[i] == old) {
			WRITE_ONCE(nic->vid[i], new);
			return 0;
		}
	return -ENOSPC;
}

static int testnic_vid_add(struct net_device *dev, __be16 proto, u16 vid)
{
	return testnic_did(dev, OP_VID_ADD) ?: testnic_vid(dev, 0, vid);
}

static int testnic_vid_kill(struct net_device *dev, __be16 proto, u16 vid)
{
	return testnic_did(dev, OP_VID_KILL) ?: testnic_vid(dev, vid, 0);
}

/* --- stations ----------------------------------------------------------- */

static void testnic_station(struct net_device *dev, struct net_device **place,
			    struct net_device *station)
{
	struct testnic *nic = netdev_priv(dev);

	ASSERT_RTNL();
	if (*place)
		netdev_set_sb_channel(*place, 0);
	spin_lock(&nic->lock);
	*place = station;
	spin_unlock(&nic->lock);
	if (station)
		netdev_set_sb_channel(station, 1);
}

static void *testnic_station_add(struct net_device *dev,
				 struct net_device *station)
{
	struct testnic *nic = netdev_priv(dev);
	int err = testnic_did(dev, OP_STATION_ADD);
	int i;

	for (i = 0; !err && i < TESTNIC_STATIONS; i++)
		if (!nic->station[i]) {
			testnic_station(dev, &nic->station[i], station);
			return &nic->station[i];
		}
	return ERR_PTR(err ?: -EBUSY);
}

static void testnic_station_del(struct net_device *dev, void *place)
{
	testnic_did(dev, OP_STATION_DEL);
	testnic_station(dev, place, NULL);
}

/*
 * Drivers drop their stations by themselves and tell macvlan so in macvlan's
 * own structures. For another kind it is NETDEV_FEAT_CHANGE that says so.
 */
static int testnic_set_features(struct net_device *dev,
				netdev_features_t features)
{
	struct testnic *nic = netdev_priv(dev);
	int i;

	if (features & NETIF_F_HW_L2FW_DOFFLOAD)
		return 0;
	for (i = 0; i < TESTNIC_STATIONS; i++)
		if (nic->station[i] && netif_is_macvlan(nic->station[i])) {
			macvlan_release_l2fw_offload(nic->station[i]);
			testnic_station(dev, &nic->station[i], NULL);
		}
	return 0;
}

/* --- time stamps -------------------------------------------------------- */

#ifdef TESTNIC_HAVE_NDO_HWTSTAMP

static int testnic_tstamp_get(struct net_device *dev,
			      struct kernel_hwtstamp_config *config)
{
	struct testnic *nic = netdev_priv(dev);

	config->tx_type = nic->tx_type;
	config->rx_filter = nic->rx_filter;
	return testnic_did(dev, OP_TSTAMP_GET);
}

static int testnic_tstamp_set(struct net_device *dev,
			      struct kernel_hwtstamp_config *config,
			      struct netlink_ext_ack *extack)
{
	struct testnic *nic = netdev_priv(dev);
	int err = testnic_did(dev, OP_TSTAMP_SET);

	if (err)
		return err;
	nic->tx_type = config->tx_type;
	nic->rx_filter = config->rx_filter;
	return 0;
}

#else

static int testnic_eth_ioctl(struct net_device *dev, struct ifreq *ifr, int cmd)
{
	struct testnic *nic = netdev_priv(dev);
	struct hwtstamp_config config;
	int err;

	if (cmd == SIOCGHWTSTAMP) {
		config.flags = 0;
		config.tx_type = nic->tx_type;
		config.rx_filter = nic->rx_filter;
		err = testnic_did(dev, OP_TSTAMP_GET);
	} else if (cmd == SIOCSHWTSTAMP) {
		if (copy_from_user(&config, ifr->ifr_data, sizeof(config)))
			return -EFAULT;
		err = testnic_did(dev, OP_TSTAMP_SET);
		if (!err) {
			nic->tx_type = config.tx_type;
			nic->rx_filter = config.rx_filter;
		}
	} else {
		return -EOPNOTSUPP;
	}
	if (err)
		return err;
	return copy_to_user(ifr->ifr_data, &config, sizeof(config)) ? -EFAULT : 0;
}

#endif

#ifdef TESTNIC_HAVE_KERNEL_TS_INFO
static int testnic_ts_info(struct net_device *dev,
			   struct kernel_ethtool_ts_info *info)
#else
static int testnic_ts_info(struct net_device *dev, struct ethtool_ts_info *info)
#endif
{
	info->so_timestamping = SOF_TIMESTAMPING_TX_HARDWARE |
				SOF_TIMESTAMPING_RX_HARDWARE |
				SOF_TIMESTAMPING_RAW_HARDWARE;
	info->phc_index = 42;
	info->tx_types = BIT(HWTSTAMP_TX_OFF) | BIT(HWTSTAMP_TX_ON);
	info->rx_filters = BIT(HWTSTAMP_FILTER_NONE) | BIT(HWTSTAMP_FILTER_ALL);
	return testnic_did(dev, OP_TS_INFO);
}

/* --- sysfs -------------------------------------------------------------- */

static ssize_t state_show(struct device *d, struct device_attribute *attr,
			  char *buf)
{
	struct testnic *nic = netdev_priv(to_net_dev(d));
	int i, n = 0;

	for (i = 0; i < OP_COUNT; i++)
		n += sysfs_emit_at(buf, n, "%s %d\n", testnic_words[i],
				   atomic_read(&nic->count[i]));
	spin_lock(&nic->lock);
	for (i = 0; i < TESTNIC_STATIONS; i++)
		if (nic->station[i])
			n += sysfs_emit_at(buf, n, "station %s %pM\n",
					   nic->station[i]->name,
					   nic->station[i]->dev_addr);
	spin_unlock(&nic->lock);
	for (i = 0; i < TESTNIC_VIDS; i++)
		if (READ_ONCE(nic->vid[i]))
			n += sysfs_emit_at(buf, n, "vid %u\n",
					   READ_ONCE(nic->vid[i]));
	n += sysfs_emit_at(buf, n, "tstamp %d %d\n", nic->tx_type,
			   nic->rx_filter);
	return n;
}
static DEVICE_ATTR_RO(state);

static ssize_t fail_store(struct device *d, struct device_attribute *attr,
			  const char *buf, size_t len)
{
	struct testnic *nic = netdev_priv(to_net_dev(d));
	unsigned int error;
	char word[16];
	int op;

	if (sscanf(buf, "%15s %u", word, &error) != 2 || error > MAX_ERRNO)
		return -EINVAL;
	op = match_string(testnic_words, OP_COUNT, word);
	if (op < 0)
		return -EINVAL;
	WRITE_ONCE(nic->fail[op], error);
	return len;
}
static DEVICE_ATTR_WO(fail);

static struct attribute *testnic_attrs[] = {
	&dev_attr_state.attr,
	&dev_attr_fail.attr,
	NULL
};

static const struct attribute_group testnic_group = {
	.name = "testnic",
	.attrs = testnic_attrs,
};

/* --- the device --------------------------------------------------------- */

static int testnic_init(struct net_device *dev)
{
	dev->tstats = netdev_alloc_pcpu_stats(struct pcpu_sw_netstats);
	return dev->tstats ? 0 : -ENOMEM;
}

static void testnic_destructor(struct net_device *dev)
{
	free_percpu(dev->tstats);
}

static const struct net_device_ops testnic_netdev_ops = {
	.ndo_init = testnic_init,
	.ndo_open = testnic_open,
	.ndo_stop = testnic_stop,
	.ndo_start_xmit = testnic_xmit,
	.ndo_select_queue = testnic_select_queue,
	.ndo_get_stats64 = dev_get_tstats64,
#ifdef CONFIG_NET_POLL_CONTROLLER
	.ndo_poll_controller = testnic_poll,
#endif
	.ndo_set_mac_address = testnic_set_mac,
	.ndo_validate_addr = eth_validate_addr,
	.ndo_change_mtu = testnic_set_mtu,
	.ndo_set_features = testnic_set_features,
	.ndo_vlan_rx_add_vid = testnic_vid_add,
	.ndo_vlan_rx_kill_vid = testnic_vid_kill,
	.ndo_dfwd_add_station = testnic_station_add,
	.ndo_dfwd_del_station = testnic_station_del,
#ifdef TESTNIC_HAVE_NDO_HWTSTAMP
	.ndo_hwtstamp_get = testnic_tstamp_get,
	.ndo_hwtstamp_set = testnic_tstamp_set,
#else
	.ndo_eth_ioctl = testnic_eth_ioctl,
#endif
};

static const struct ethtool_ops testnic_ethtool_ops = {
	.get_link = ethtool_op_get_link,
	.get_ts_info = testnic_ts_info,
};

static void testnic_setup(struct net_device *dev)
{
	struct testnic *nic = netdev_priv(dev);

	ether_setup(dev);
	eth_hw_addr_random(dev);
	spin_lock_init(&nic->lock);
	dev->max_mtu = ETH_MAX_MTU;
	dev->priv_flags |= IFF_UNICAST_FLT | IFF_LIVE_ADDR_CHANGE;
	dev->features |= NETIF_F_SG | NETIF_F_HW_CSUM | NETIF_F_HIGHDMA |
			 NETIF_F_TSO | NETIF_F_TSO6 | NETIF_F_RXCSUM |
			 NETIF_F_HW_VLAN_CTAG_FILTER;
	dev->hw_features |= dev->features | NETIF_F_LRO |
			    NETIF_F_HW_L2FW_DOFFLOAD;
	dev->netdev_ops = &testnic_netdev_ops;
	dev->ethtool_ops = &testnic_ethtool_ops;
	dev->sysfs_groups[0] = &testnic_group;
	dev->needs_free_netdev = true;
	dev->priv_destructor = testnic_destructor;
}

static void testnic_setup_locked(struct net_device *dev)
{
	testnic_setup(dev);
#ifdef TESTNIC_HAVE_OPS_LOCK
	dev->request_ops_lock = true;
#endif
}

/* With one alone, the core does not ask ndo_select_queue. */
static unsigned int testnic_queues(void)
{
	return 2;
}

static struct rtnl_link_ops testnic_ops = {
	.kind = "testnic",
	.get_num_tx_queues = testnic_queues,
	.priv_size = sizeof(struct testnic),
	.setup = testnic_setup,
};

static struct rtnl_link_ops testnic_locked_ops = {
	.kind = "testnic_locked",
	.get_num_tx_queues = testnic_queues,
	.priv_size = sizeof(struct testnic),
	.setup = testnic_setup_locked,
};

static int __init testnic_start(void)
{
	int err = rtnl_link_register(&testnic_ops);

	if (err)
		return err;
	err = rtnl_link_register(&testnic_locked_ops);
	if (err)
		rtnl_link_unregister(&testnic_ops);
	return err;
}

static void __exit testnic_end(void)
{
	rtnl_link_unregister(&testnic_locked_ops);
	rtnl_link_unregister(&testnic_ops);
}

module_init(testnic_start);
module_exit(testnic_end);
MODULE_DESCRIPTION("network card for the tests of mvtap");
MODULE_LICENSE("GPL");
