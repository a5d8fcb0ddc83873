/**
 * The packaged programs with real git and real processes, one class per failure that they survive.
 * The large ones take a sample here and run whole with {@code ./pullcord test --full}.
 */
@NullMarked
package dev.pullcord.systemtests;

import org.jspecify.annotations.NullMarked;
