/** What a person types on the node: the commands beside the daemon, their words and exit codes. */
@NullMarked
package dev.pullcord.agent.commands;

import org.jspecify.annotations.NullMarked;
