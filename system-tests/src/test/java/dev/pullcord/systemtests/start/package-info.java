/** The first page that a newcomer follows, typed word for word. */
@NullMarked
package dev.pullcord.systemtests.start;

import org.jspecify.annotations.NullMarked;
