/** Tests of runs of actions. */
@NullMarked
package dev.pullcord.cli.command.run;

import org.jspecify.annotations.NullMarked;
