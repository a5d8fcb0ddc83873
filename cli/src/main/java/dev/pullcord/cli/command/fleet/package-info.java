/** Verbs that show the fleet, its nodes, and what holds them; and the one that removes a node. */
@NullMarked
package dev.pullcord.cli.command.fleet;

import org.jspecify.annotations.NullMarked;
