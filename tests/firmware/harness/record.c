/* The recorder. SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench.h"

static FILE *file;

void record_open(const char *path)
{
    file = fopen(path, "w");
    if (!file) {
        perror(path);
        exit(1);
    }
}

void record(const char *format, ...)
{
    va_list arguments;

    fprintf(file, "%llu ", (unsigned long long)avr->cycle);
    va_start(arguments, format);
    vfprintf(file, format, arguments);
    va_end(arguments);
    fputc('\n', file);
}

void record_flush(void)
{
    fflush(file);
}
