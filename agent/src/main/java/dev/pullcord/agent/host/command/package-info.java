/**
 * Runs commands to their end: with which surroundings, for how long, with what they wrote, and why
 * one could not be started.
 */
@NullMarked
package dev.pullcord.agent.host.command;

import org.jspecify.annotations.NullMarked;
