/**
 * What the {@code doctor} of both daemons is made of: a check, what it found, how that is shown,
 * and the checks that are the same for both.
 */
@NullMarked
package dev.pullcord.base.doctor;

import org.jspecify.annotations.NullMarked;
