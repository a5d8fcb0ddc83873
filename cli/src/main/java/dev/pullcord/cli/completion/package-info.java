/** Completion of verbs and options in three shells, made from the verbs themselves. */
@NullMarked
package dev.pullcord.cli.completion;

import org.jspecify.annotations.NullMarked;
