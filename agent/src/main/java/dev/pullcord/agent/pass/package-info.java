/**
 * One whole pass: look, decide, plan, apply, report; and whose fault it was when it did not work.
 */
@NullMarked
package dev.pullcord.agent.pass;

import org.jspecify.annotations.NullMarked;
