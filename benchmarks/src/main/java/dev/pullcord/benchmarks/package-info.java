/**
 * Figures as ratios measured in one run, side by side with a shell script; {@code
 * docs/reference/performance.md} shows the last ones.
 */
@NullMarked
package dev.pullcord.benchmarks;

import org.jspecify.annotations.NullMarked;
