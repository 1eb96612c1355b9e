/* SPDX-License-Identifier: GPL-2.0 */
/* Running a command line in this process, with its output kept. */
#ifndef CAPTURE_H
#define CAPTURE_H

struct captured {
	int status;
	char out[32768];
	char err[1024];
};

/** capture_line() - run a line of words parted by single blanks, without the "mvtap" */
void capture_line(const char *line, struct captured *c);

#endif
