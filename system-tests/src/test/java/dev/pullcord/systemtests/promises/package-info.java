/**
 * The promises under faults, from a seed: the real core of a server and the real cores of agents
 * over one simulated time, network, disk and set of processes, all in one thread.
 */
@NullMarked
package dev.pullcord.systemtests.promises;

import org.jspecify.annotations.NullMarked;
