/**
 * What the tests of all modules share: a clock that is moved by hand, a git remote, a console, the
 * one helper that waits, and the one that says which tool a test lacks.
 */
@NullMarked
package dev.pullcord.testkit;

import org.jspecify.annotations.NullMarked;
