/** What a stranger sees first: a fleet on one machine, and two pushes whose effects are checked. */
@NullMarked
package dev.pullcord.demo;

import org.jspecify.annotations.NullMarked;
