/** Verbs about who is told outside, and what. */
@NullMarked
package dev.pullcord.cli.command.alert;

import org.jspecify.annotations.NullMarked;
