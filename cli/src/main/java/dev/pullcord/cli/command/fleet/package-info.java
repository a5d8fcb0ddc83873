/** Verbs that show the fleet and its nodes, and those that steer single nodes. */
@NullMarked
package dev.pullcord.cli.command.fleet;

import org.jspecify.annotations.NullMarked;
