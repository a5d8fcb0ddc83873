/**
 * The decision that the agent acts on, and what makes a pass that acts on it stop or make room for
 * the next one.
 */
@NullMarked
package dev.pullcord.agent.decision;

import org.jspecify.annotations.NullMarked;
