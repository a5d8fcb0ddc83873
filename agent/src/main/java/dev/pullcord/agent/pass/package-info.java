/**
 * One whole pass: look, choose a goal, plan, apply, settle; and whose fault it was when that did
 * not work.
 */
@NullMarked
package dev.pullcord.agent.pass;

import org.jspecify.annotations.NullMarked;
