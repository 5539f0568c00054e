// What a confined process must not do, tried in earnest; and what it must still be able to do.
#ifndef CONFINEMENT_CALLS_H
#define CONFINEMENT_CALLS_H

#pragma clang assume_nonnull begin

/// Tries everything on the calling thread and writes a line for each to standard output: `thread group name
/// errno`, where errno 0 is success. `folder` holds a file `victim`; what an attempt changes there is its
/// own. Others are only touched in ways that change nothing if they succeed.
void probe_all(const char *thread, const char *folder);

/// The version of the kernel's Landlock; 0: it has none.
int probe_landlock_version(void);

#pragma clang assume_nonnull end

#endif
