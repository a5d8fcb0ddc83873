/** What measures, where that can be seen without measuring. */
@org.jspecify.annotations.NullMarked
package dev.pullcord.benchmarks;
