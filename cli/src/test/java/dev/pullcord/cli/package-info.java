/** Tests of the command as a whole: its verbs, its usage errors, its rooms. */
@NullMarked
package dev.pullcord.cli;

import org.jspecify.annotations.NullMarked;
