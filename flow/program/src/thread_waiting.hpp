#pragma once

namespace minerva::flow {

/// Makes threads that wait for others sleep soon instead of spinning, unless the environment says
/// how they are to wait (OMP_WAIT_POLICY, GOMP_SPINCOUNT, KMP_BLOCKTIME). The OpenMP library reads
/// its environment before main, so the program starts itself again, as the same process, with the
/// choice in its environment. Where it cannot, it goes on as it is.
void choose_thread_waiting(char** arguments);

}  // namespace minerva::flow
