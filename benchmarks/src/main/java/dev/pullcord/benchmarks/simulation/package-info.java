/**
 * {@code ./pullcord simulate}: thousands of nodes on the real wire, from one process, that do what
 * a script says of them; and what that costs the server.
 */
@NullMarked
package dev.pullcord.benchmarks.simulation;

import org.jspecify.annotations.NullMarked;
