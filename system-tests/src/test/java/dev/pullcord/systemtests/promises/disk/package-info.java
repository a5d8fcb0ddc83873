/**
 * A file system in memory that knows what a power loss would leave of it, can be full, and lets a
 * process die at any of its changes.
 */
@NullMarked
package dev.pullcord.systemtests.promises.disk;

import org.jspecify.annotations.NullMarked;
