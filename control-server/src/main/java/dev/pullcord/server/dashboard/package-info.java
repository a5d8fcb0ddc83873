/**
 * What people see in a browser: one page that says whether the fleet has converged and, where not,
 * which node and why; live, signed in, and readable without JavaScript.
 */
@NullMarked
package dev.pullcord.server.dashboard;

import org.jspecify.annotations.NullMarked;
