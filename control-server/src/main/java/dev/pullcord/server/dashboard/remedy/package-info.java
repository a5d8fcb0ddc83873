/** What an operator does about a failure, each shown before it is done: retry, roll back. */
@NullMarked
package dev.pullcord.server.dashboard.remedy;

import org.jspecify.annotations.NullMarked;
