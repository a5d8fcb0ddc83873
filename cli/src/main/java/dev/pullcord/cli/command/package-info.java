/** What all verbs share: their base, what they may touch, how answers become exit codes. */
@NullMarked
package dev.pullcord.cli.command;

import org.jspecify.annotations.NullMarked;
