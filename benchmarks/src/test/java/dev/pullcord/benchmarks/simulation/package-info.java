@NullMarked
package dev.pullcord.benchmarks.simulation;

import org.jspecify.annotations.NullMarked;
