/**
 * The runner of commands: a process of the workers' user that runs what the agent asks for, and the
 * agent's side of it.
 */
@NullMarked
package dev.pullcord.agent.rights.runner;

import org.jspecify.annotations.NullMarked;
