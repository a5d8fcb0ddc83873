/** Verbs that change what nodes run: pins, retries, orders to workers, refs and labels. */
@NullMarked
package dev.pullcord.cli.command.steer;

import org.jspecify.annotations.NullMarked;
