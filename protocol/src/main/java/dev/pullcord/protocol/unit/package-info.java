/**
 * What every program reads and writes for people in the same way: durations (30s, 7d), sizes
 * (64MiB), counts, lists of names and their order, words for a shell, and what to do next.
 */
@NullMarked
package dev.pullcord.protocol.unit;

import org.jspecify.annotations.NullMarked;
