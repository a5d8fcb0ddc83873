/** Passes over a state directory that is thrown away, so that the first push finds the JVM warm. */
@NullMarked
package dev.pullcord.agent.rehearsal;

import org.jspecify.annotations.NullMarked;
