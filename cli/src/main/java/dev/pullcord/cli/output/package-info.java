/**
 * What people and scripts see: lines, tables, ages, JSON. Text that somebody else wrote cannot move
 * a cursor here: every span is cleaned when it is printed.
 */
@NullMarked
package dev.pullcord.cli.output;

import org.jspecify.annotations.NullMarked;
