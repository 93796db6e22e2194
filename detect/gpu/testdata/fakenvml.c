/*
 * A stand-in for libnvidia-ml.so.1, for tests on machines without a card. It plays the driver that
 * the text file in $FAKE_NVML describes, one word and its value a line:
 *
 *     driver 580.95.05        cuda 13000          init 9
 *     gpu                     begins a card, which the lines after it describe
 *     handle 15               the card cannot be opened
 *     name NVIDIA A100        uuid GPU-1          cc 8.6           memory 24576 (MiB)
 *     cores 10496             gen 4               width 16         mig 1 (is cut into slices)
 *     slice                   begins a slice of the card: name, uuid, memory, used, sms, proc
 *     used 3000 (MiB)         proc 4711 2900 /usr/bin/python3 (MiB, -1 is unknown; no name: nobody knows it)
 *     draws 812 300 Xorg      a process that draws
 *     hang                    no answer, ever
 *
 * A field that is not given is not supported; a negative number is an error: "init 9" and "cores -4"
 * both answer with the driver's return code.
 *
 * -DOLD_DRIVER=470 leaves out the functions that came later, 390 the younger ones among the rest, 304 those that
 * tell of processes; a program that calls one of these is ended by the dynamic linker. -DNO_DRIVER has none of the
 * functions.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef OLD_DRIVER
#define OLD_DRIVER 580
#endif

enum { OK = 0, UNINITIALIZED = 1, INVALID = 2, NOT_SUPPORTED = 3, NOT_FOUND = 6, TOO_SMALL = 7 };
enum { MAX_CARDS = 8, MAX_SLICES = 7, MAX_PROCESSES = 16, MIB = 1 << 20 };

typedef struct {
	unsigned pid;
	long long memory;
	char name[96];
} process;

typedef struct { int count; process list[MAX_PROCESSES]; } processes;

typedef struct card {
	char name[96], uuid[80];
	int handle, major, minor, cores, gen, width, mig, sms, slices;
	long long memory, used;
	processes compute, graphics;
	struct card *slice[MAX_SLICES];
} card;

#ifndef NO_DRIVER

static struct {
	int started, init, cuda, count;
	char version[80];
	card *cards[MAX_CARDS];
} driver = {0, OK, -NOT_SUPPORTED, 0, "580.95.05", {0}};

static card *new_card(void) {
	card *c = calloc(1, sizeof *c);
	c->major = c->cores = c->gen = c->width = c->mig = c->sms = -NOT_SUPPORTED;
	c->memory = -NOT_SUPPORTED;
	c->used = 512;
	return c;
}

static void add_process(processes *all, const char *value) {
	process *p = &all->list[all->count];
	if (all->count < MAX_PROCESSES) all->count++;
	else exit(3);
	if (sscanf(value, "%u %lld %95[^\n]", &p->pid, &p->memory, p->name) < 2) exit(3);
}

/* describe takes one line of the file; c is the card or slice that it is about. */
static card *describe(card *c, const char *word, const char *value) {
	card *whole = driver.count ? driver.cards[driver.count - 1] : NULL;
	if (!strcmp(word, "gpu") && driver.count < MAX_CARDS) return driver.cards[driver.count++] = new_card();
	if (!strcmp(word, "slice") && whole && whole->slices < MAX_SLICES) return whole->slice[whole->slices++] = new_card();
	if (!strcmp(word, "hang")) for (;;) pause();
	if (!strcmp(word, "init")) driver.init = atoi(value);
	else if (!strcmp(word, "cuda")) driver.cuda = atoi(value);
	else if (!strcmp(word, "driver")) snprintf(driver.version, sizeof driver.version, "%s", value);
	else if (!c) goto unknown;
	else if (!strcmp(word, "handle")) c->handle = atoi(value);
	else if (!strcmp(word, "name")) snprintf(c->name, sizeof c->name, "%s", value);
	else if (!strcmp(word, "uuid")) snprintf(c->uuid, sizeof c->uuid, "%s", value);
	else if (!strcmp(word, "cc")) sscanf(value, "%d.%d", &c->major, &c->minor);
	else if (!strcmp(word, "memory")) c->memory = atoll(value);
	else if (!strcmp(word, "cores")) c->cores = atoi(value);
	else if (!strcmp(word, "gen")) c->gen = atoi(value);
	else if (!strcmp(word, "width")) c->width = atoi(value);
	else if (!strcmp(word, "mig")) c->mig = atoi(value);
	else if (!strcmp(word, "sms")) c->sms = atoi(value);
	else if (!strcmp(word, "used")) c->used = atoll(value);
	else if (!strcmp(word, "proc")) add_process(&c->compute, value);
	else if (!strcmp(word, "draws")) add_process(&c->graphics, value);
	else goto unknown;
	return c;
unknown:
	fprintf(stderr, "fakenvml: no place for \"%s %s\"\n", word, value);
	exit(3);
}

int nvmlInit_v2(void) {
	const char *path = getenv("FAKE_NVML");
	FILE *file = path ? fopen(path, "r") : NULL;
	char line[256];
	card *about = NULL;
	if (!file) {
		fprintf(stderr, "fakenvml: cannot read FAKE_NVML=%s\n", path ? path : "");
		exit(3);
	}
	driver.count = 0;
	while (fgets(line, sizeof line, file)) {
		char *value = line + strcspn(line, " \n");
		line[strcspn(line, "\n")] = 0;
		if (*value) *value++ = 0;
		if (*line) about = describe(about, line, value);
	}
	fclose(file);
	driver.started = driver.init == OK;
	return driver.init;
}

/* The driver refuses every call before it has started. */
#define STARTED if (!driver.started) return UNINITIALIZED

static int number(int n, unsigned *out) {
	STARTED;
	if (n < 0) return -n;
	*out = n;
	return OK;
}

static int text(const char *s, char *out, unsigned room) {
	STARTED;
	if (!*s) return NOT_SUPPORTED;
	if (strlen(s) >= room) return TOO_SMALL;
	strcpy(out, s);
	return OK;
}

int nvmlShutdown(void) { STARTED; driver.started = 0; return OK; }
const char *nvmlErrorString(int code) { return code == OK ? "Success" : "an error of the fake"; }

int nvmlSystemGetDriverVersion(char *out, unsigned room) { return text(driver.version, out, room); }
int nvmlDeviceGetCount_v2(unsigned *out) { return number(driver.count, out); }

int nvmlDeviceGetHandleByIndex_v2(unsigned index, card **out) {
	STARTED;
	if (index >= (unsigned)driver.count) return INVALID;
	*out = driver.cards[index];
	return (*out)->handle;
}

int nvmlDeviceGetName(card *c, char *out, unsigned room) { return text(c->name, out, room); }
int nvmlDeviceGetUUID(card *c, char *out, unsigned room) { return text(c->uuid, out, room); }
int nvmlDeviceGetMaxPcieLinkGeneration(card *c, unsigned *out) { return number(c->gen, out); }
int nvmlDeviceGetMaxPcieLinkWidth(card *c, unsigned *out) { return number(c->width, out); }

int nvmlDeviceGetHandleByUUID(const char *uuid, card **out) {
	STARTED;
	for (int i = 0; i < driver.count; i++) {
		card *c = driver.cards[i];
		if (!strcmp(c->uuid, uuid)) return *out = c, c->handle;
		for (int j = 0; j < c->slices; j++)
			if (!strcmp(c->slice[j]->uuid, uuid)) return *out = c->slice[j], c->slice[j]->handle;
	}
	return NOT_FOUND;
}

typedef struct { unsigned long long total, free, used; } memory;

int nvmlDeviceGetMemoryInfo(card *c, memory *out) {
	STARTED;
	if (c->memory < 0) return (int)-c->memory;
	out->total = c->memory * MIB;
	out->used = c->used * MIB;
	out->free = out->total - out->used;
	return OK;
}

#if OLD_DRIVER > 304

/* The first version knows no slices, and has a smaller structure. */
typedef struct { unsigned pid; unsigned long long memory; } process_v1;
typedef struct { unsigned pid; unsigned long long memory; unsigned gi, ci; } process_v2;

#define PROCESSES(function, type, list_of) \
	int function(card *c, unsigned *count, type *out) { \
		unsigned room = *count; \
		STARTED; \
		*count = list_of.count; \
		if (room < *count) return TOO_SMALL; \
		for (unsigned i = 0; i < *count; i++) { \
			process *p = &list_of.list[i]; \
			memset(&out[i], 0xff, sizeof out[i]); \
			out[i].pid = p->pid; \
			if (p->memory >= 0) out[i].memory = p->memory * MIB; \
		} \
		return OK; \
	}

PROCESSES(nvmlDeviceGetComputeRunningProcesses, process_v1, c->compute)
PROCESSES(nvmlDeviceGetGraphicsRunningProcesses, process_v1, c->graphics)

static const char *name_in(processes *all, unsigned pid) {
	for (int i = 0; i < all->count; i++)
		if (all->list[i].pid == pid && *all->list[i].name) return all->list[i].name;
	return NULL;
}

int nvmlSystemGetProcessName(unsigned pid, char *out, unsigned room) {
	STARTED;
	for (int i = 0; i < driver.count; i++) {
		card *c = driver.cards[i];
		const char *name = name_in(&c->compute, pid);
		if (!name) name = name_in(&c->graphics, pid);
		for (int j = 0; !name && j < c->slices; j++) name = name_in(&c->slice[j]->compute, pid);
		if (name) return text(name, out, room);
	}
	return NOT_FOUND;
}

#endif
#if OLD_DRIVER > 390

PROCESSES(nvmlDeviceGetComputeRunningProcesses_v2, process_v2, c->compute)
PROCESSES(nvmlDeviceGetGraphicsRunningProcesses_v2, process_v2, c->graphics)

int nvmlSystemGetCudaDriverVersion(int *out) { return number(driver.cuda, (unsigned *)out); }

int nvmlDeviceGetCudaComputeCapability(card *c, int *major, int *minor) {
	*minor = c->minor;
	return number(c->major, (unsigned *)major);
}

int nvmlDeviceGetMigMode(card *c, unsigned *now, unsigned *next) {
	int code = number(c->mig, now);
	if (code == OK) *next = *now;
	return code;
}

int nvmlDeviceGetMaxMigDeviceCount(card *c, unsigned *out) { return number(c->mig < 0 ? c->mig : MAX_SLICES, out); }

/* The first place is empty, as it is once that slice has been given back. */
int nvmlDeviceGetMigDeviceHandleByIndex(card *c, unsigned index, card **out) {
	STARTED;
	if (index < 1 || index > (unsigned)c->slices) return NOT_FOUND;
	*out = c->slice[index - 1];
	return (*out)->handle;
}

typedef struct { unsigned sms, engines[7]; unsigned long long memory; } attributes;

int nvmlDeviceGetAttributes_v2(card *slice, attributes *out) {
	memset(out, 0, sizeof *out);
	out->memory = slice->memory;
	return number(slice->sms, &out->sms);
}

#endif
#if OLD_DRIVER > 470

PROCESSES(nvmlDeviceGetComputeRunningProcesses_v3, process_v2, c->compute)
PROCESSES(nvmlDeviceGetGraphicsRunningProcesses_v3, process_v2, c->graphics)

int nvmlDeviceGetNumGpuCores(card *c, unsigned *out) { return number(c->cores, out); }

#endif
#else

int this_is_no_driver(void) { return NOT_FOUND; }

#endif
