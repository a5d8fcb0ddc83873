/**
 * The demo's launcher: the only room here that starts, signals and looks at processes, so that each
 * of them is known and ended.
 */
@NullMarked
package dev.pullcord.demo.process;

import org.jspecify.annotations.NullMarked;
