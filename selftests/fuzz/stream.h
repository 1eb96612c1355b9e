/* SPDX-License-Identifier: GPL-2.0 */
/* An input: bytes that decide what is done. At its end it reads as zeroes. */
#ifndef MVTAP_FUZZ_STREAM_H
#define MVTAP_FUZZ_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct stream {
	const uint8_t *at;
	size_t left;
};

uint8_t take_u8(struct stream *s);
uint16_t take_u16(struct stream *s);
uint32_t take_u32(struct stream *s);
/* Below @n, which is 1 to 256. */
unsigned int take_below(struct stream *s, unsigned int n);
/* True in @num of 256 cases. */
bool take_chance(struct stream *s, unsigned int num);
/* @n bytes, the last ones zero if the input has no more. */
void take_bytes(struct stream *s, void *to, size_t n);
/* A number that a check may stumble on. */
uint32_t take_number(struct stream *s);
/*
 * A MAC address: often one that a device of ours has or may get, see world.c,
 * at times a bad one.
 */
void take_mac(struct stream *s, uint8_t mac[6]);

#endif
