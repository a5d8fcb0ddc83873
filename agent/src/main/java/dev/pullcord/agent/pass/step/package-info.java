/**
 * Does the steps of a plan: one class for each step, which takes what it works with and has {@code
 * apply(StepScope)}.
 */
@NullMarked
package dev.pullcord.agent.pass.step;

import org.jspecify.annotations.NullMarked;
