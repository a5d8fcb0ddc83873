/** Writes down what is done, before and after each act, and recovers from it after a kill. */
@NullMarked
package dev.pullcord.agent.journal;

import org.jspecify.annotations.NullMarked;
