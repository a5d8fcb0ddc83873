/** Fakes that hold state: a server that speaks the people's API, a terminal, a machine. */
@NullMarked
package dev.pullcord.cli.fake;

import org.jspecify.annotations.NullMarked;
