/** Holds the steps of packaging to what the packages need of them. */
@NullMarked
package dev.pullcord.packaging;

import org.jspecify.annotations.NullMarked;
