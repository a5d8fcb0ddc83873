/** The operator's command {@code pullcord}: which verb was meant, and how its end is told. */
@NullMarked
package dev.pullcord.cli;

import org.jspecify.annotations.NullMarked;
