// What every page loads.
document.documentElement.classList.add("js");
