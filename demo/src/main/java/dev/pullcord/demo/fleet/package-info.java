/**
 * A control server and its agents as processes of their own on loopback, for the demo, the system
 * tests and the benchmarks: start, stop and kill each, push with the real git, ask the API.
 */
@NullMarked
package dev.pullcord.demo.fleet;

import org.jspecify.annotations.NullMarked;
