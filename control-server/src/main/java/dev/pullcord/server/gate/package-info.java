/** Lets a few nodes try a commit before its branch moves to it, and puts them back. */
@NullMarked
package dev.pullcord.server.gate;

import org.jspecify.annotations.NullMarked;
