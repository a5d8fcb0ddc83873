/** Pieces of text that several verbs show: nodes, pins, steps, progress. They ask nobody. */
@NullMarked
package dev.pullcord.cli.command.view;

import org.jspecify.annotations.NullMarked;
